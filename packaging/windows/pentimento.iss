; Inno Setup 6.3 or later: installs for the current user, without administrator rights.
; From the root of the repository, after "python packaging/build.py":
;   iscc /DVersion=0.1.0 packaging\windows\pentimento.iss
#ifndef Version
  #error Give the version: iscc /DVersion=...
#endif

[Setup]
AppId={{6D0B3C36-6E0E-4C0C-9C4F-2F6F0D5C3A11}
AppName=Pentimento
AppVersion={#Version}
AppVerName=Pentimento {#Version}
AppPublisher=The Pentimento developers
VersionInfoVersion={#Version}
PrivilegesRequired=lowest
; without such rights {autopf} is the user's own folder for programs
DefaultDirName={autopf}\Pentimento
DisableProgramGroupPage=yes
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
ChangesAssociations=yes
CloseApplications=yes
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\build\package\pentimento.ico
UninstallDisplayIcon={app}\pentimento.exe
UninstallDisplayName=Pentimento
OutputDir=..\..\dist
OutputBaseFilename=pentimento-{#Version}-windows-x64

[Tasks]
Name: "associate"; Description: "Open OpenRaster pictures (.ora) with Pentimento"
Name: "openwith"; Description: "Offer Pentimento for PNG, JPEG, WebP, TIFF, BMP and GIF pictures"

[InstallDelete]
; what an earlier version left and this one does not have
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\..\dist\pentimento\*"; DestDir: "{app}"; Flags: recursesubdirs createallsubdirs ignoreversion

[Icons]
Name: "{autoprograms}\Pentimento"; Filename: "{app}\pentimento.exe"

[Registry]
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora"; ValueType: string; ValueName: ""; ValueData: "OpenRaster picture"; Flags: uninsdeletekey; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\pentimento.exe,0"; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\Pentimento.ora\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\pentimento.exe"" ""%1"""; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\.ora"; ValueType: string; ValueName: ""; ValueData: "Pentimento.ora"; Flags: uninsdeletevalue; Tasks: associate
Root: HKCU; Subkey: "Software\Classes\.ora\OpenWithProgids"; ValueType: string; ValueName: "Pentimento.ora"; ValueData: ""; Flags: uninsdeletevalue; Tasks: associate
; "Open with": these pictures stay with the program that they belong to
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "Pentimento"; Flags: uninsdeletekey; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\pentimento.exe"" ""%1"""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; ValueData: ""; Tasks: openwith
Root: HKCU; Subkey: "Software\Classes\Applications\pentimento.exe\SupportedTypes"; ValueType: string; ValueName: ".gif"; ValueData: ""; Tasks: openwith

[Run]
Filename: "{app}\pentimento.exe"; Description: "Start Pentimento"; Flags: postinstall nowait skipifsilent
